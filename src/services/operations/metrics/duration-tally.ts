/**
 * How long answers took, as a Prometheus histogram.
 *
 * Counted here and not by prom-client: its `observe` cost a third of the rate of a small answer, this is one addition.
 */
import { label, renderBuckets, renderHead } from './histogram.js';

export interface RequestFacts {
  readonly surface: string;
  readonly method: string;
  /** The route as registered, never the path: labels must stay few. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface DurationTally {
  observe(facts: RequestFacts): void;
  /** In Prometheus' text form, version 0.0.4. */
  render(): string;
}

const NAME = 'almanac_http_request_duration_seconds';
const BOUNDS_S = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600];

interface Line {
  readonly surface: string;
  readonly method: string;
  readonly status: number;
  /** Answers within each bound and not within the one before; the last place is beyond all. */
  readonly counts: number[];
  sumS: number;
}

export function makeDurationTally(): DurationTally {
  const linesOf = new Map<string, Line[]>();

  function lineOf({ route, surface, method, status }: RequestFacts): Line {
    let lines = linesOf.get(route);
    if (lines === undefined) {
      lines = [];
      linesOf.set(route, lines);
    }
    // A handful at most: the surfaces that have this route, its methods and its statuses.
    for (const line of lines)
      if (line.status === status && line.surface === surface && line.method === method) return line;
    const line = { surface, method, status, counts: new Array<number>(BOUNDS_S.length + 1).fill(0), sumS: 0 };
    lines.push(line);
    return line;
  }

  return {
    observe(facts) {
      const line = lineOf(facts);
      let at = 0;
      while (at < BOUNDS_S.length && facts.seconds > BOUNDS_S[at]!) at++;
      line.counts[at]! += 1;
      line.sumS += facts.seconds;
    },
    render() {
      const head = renderHead(NAME, 'Time from the head of a request to the end of its answer');
      return head + [...linesOf].flatMap(([route, lines]) => lines.map((line) => renderLine(route, line))).join('');
    },
  };
}

function renderLine(route: string, { surface, method, status, counts, sumS }: Line): string {
  const labels = `surface="${surface}",method="${method}",${label('route', route)},status="${status}"`;
  return renderBuckets({ name: NAME, bounds: BOUNDS_S, labels, counts, sum: sumS });
}
