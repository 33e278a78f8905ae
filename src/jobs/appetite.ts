/**
 * How many jobs a worker claims beyond its hands. A claim costs a round trip and a commit; where jobs are shorter than that,
 * claiming one for each free hand would be all that it does. Where they are long, a job that waits here could run elsewhere.
 */

/** What is claimed ahead should have begun within this. */
const AHEAD_MS = 50;
const AHEAD_MAX = 200;
/** How much the latest job weighs in the mean: a line of long jobs is noticed after a few. */
const WEIGHT = 0.2;

export interface Appetite {
  /** Jobs to hold beyond those at work; 0 until it is known how long they take. */
  ahead(): number;
  /** How many of those claimed ahead should stay: all while jobs are short, else what the hands get through in that time. */
  kept(withinMs: number): number;
  ate(ms: number): void;
}

export function makeAppetite(hands: number): Appetite {
  let typicalMs: number | undefined;
  const within = (ms: number) => (typicalMs === undefined ? 0 : Math.floor((hands * ms) / Math.max(typicalMs, 0.05)));
  const ahead = () => Math.min(AHEAD_MAX, within(AHEAD_MS));
  return {
    ahead,
    kept: (withinMs) => (ahead() > 0 ? Infinity : within(withinMs)),
    ate(ms) {
      // A long one counts at once, short ones have to prove themselves.
      typicalMs = typicalMs === undefined || ms > typicalMs * 10 ? ms : typicalMs + WEIGHT * (ms - typicalMs);
    },
  };
}
