/** What a command says: progress bars on a terminal, plain lines elsewhere, JSON lines with `--json`. */
import { type Options, Presets, SingleBar } from 'cli-progress';
import { AppError } from '#base/errors.js';

export interface Progress {
  /** `total` 0 means that nobody knows yet. */
  update(done: number, total: number, note?: string): void;
}

/** What a step gives: the words that stand behind its tick, and what the next steps need. */
export interface StepResult<T> {
  readonly says: string;
  readonly value: T;
  /** For `--json`. */
  readonly facts?: object;
  /** False: it ran to its end, and what it found is not what was wanted. */
  readonly held?: boolean;
}

export interface Screen {
  readonly isJson: boolean;
  /** For people only: silent with `--json`. */
  line(text?: string): void;
  heading(text: string): void;
  /** The result of a command: one JSON object with `--json`, else the lines. */
  result(facts: object, lines: readonly string[]): void;
  /** Runs the work under a bar, then says how it went and how long it took. Throws what the work throws. */
  step<T>(title: string, work: (progress: Progress) => Promise<StepResult<T>>): Promise<T>;
}

export interface ScreenTarget {
  readonly out: { write(text: string): unknown; isTTY?: boolean; columns?: number };
  readonly isJson: boolean;
  readonly nowMs: () => number;
}

const TITLE_WIDTH = 52;
/** On a log, a step that takes long says so now and then, so that nobody thinks it hangs. */
const PLAIN_PROGRESS_MS = 10_000;

export function makeScreen({ out, isJson, nowMs }: ScreenTarget): Screen {
  const write = (text: string) => out.write(`${text}\n`);
  const isTerminal = out.isTTY === true && !isJson;
  const paint = isTerminal ? paintFor : plainFor;

  const show = (title: string): ShownProgress => {
    if (isJson) return silentProgress;
    return isTerminal ? barProgress(title) : plainProgress(title, write, nowMs);
  };

  return {
    isJson,
    line: (text = '') => void (isJson || write(text)),
    heading: (text) => void (isJson || write(`\n${paint('bold', text)}`)),
    result: (facts, lines) => void (isJson ? write(JSON.stringify(facts)) : lines.forEach(write)),
    async step(title, work) {
      const startedMs = nowMs();
      const shown = show(title);
      const end = (isOk: boolean, says: string, facts: object) => {
        const ms = Math.round(nowMs() - startedMs);
        shown.stop();
        if (isJson) return void write(JSON.stringify({ step: title, ok: isOk, ms, says, ...facts }));
        const mark = isOk ? paint('green', '✓') : paint('red', '✗');
        write(`${mark} ${title.padEnd(TITLE_WIDTH)} ${paint('dim', sayDuration(ms).padStart(8))}  ${says}`);
      };
      try {
        const { says, value, facts = {}, held = true } = await work(shown);
        end(held, says, facts);
        return value;
      } catch (error) {
        end(false, messageOf(error), {});
        if (error instanceof Error) said.add(error);
        throw error;
      }
    },
  };
}

/** Failures that stand behind a cross already: whoever hears of them next need not repeat them. */
const said = new WeakSet<Error>();
export const wasSaid = (error: unknown) => error instanceof Error && said.has(error);

interface ShownProgress extends Progress {
  stop(): void;
}

const silentProgress: ShownProgress = { update() {}, stop() {} };

function barProgress(title: string): ShownProgress {
  const options: Options = {
    format: `  ${title.padEnd(TITLE_WIDTH)} {bar} {percentage}% {note}`,
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: false,
    stopOnComplete: false,
    stream: process.stdout,
  };
  const bar = new SingleBar(options, Presets.shades_classic);
  bar.start(1, 0, { note: '' });
  return {
    update(done, total, note = '') {
      if (total > 0) bar.setTotal(total);
      bar.update(total > 0 ? Math.min(done, total) : 0, { note });
    },
    stop: () => bar.stop(),
  };
}

function plainProgress(title: string, write: (text: string) => void, nowMs: () => number): ShownProgress {
  let saidMs = nowMs();
  return {
    update(done, total, note = '') {
      if (nowMs() - saidMs < PLAIN_PROGRESS_MS) return;
      saidMs = nowMs();
      const share = total > 0 ? `${Math.floor((100 * done) / total)}%` : '';
      write(`  ${title}: ${[share, note].filter((part) => part !== '').join(' ')}`);
    },
    stop() {},
  };
}

type Paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) => string;
const CODES = { bold: 1, dim: 2, green: 32, red: 31 } as const;
const paintFor: Paint = (style, text) => `\u001b[${CODES[style]}m${text}\u001b[0m`;
const plainFor: Paint = (_style, text) => text;

export const sayCount = (count: number) => count.toLocaleString('en-US');

export const sayDuration = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);

/** Our own failures speak for themselves; of anything else the operator sees the words too, with the stack in --verbose logs. */
export const messageOf = (error: unknown) =>
  error instanceof AppError || error instanceof Error ? error.message : String(error);

/** Columns aligned under their headers; numbers to the right. */
export function table(headers: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headers.map((header, i) => Math.max(header.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const isNumeric = headers.map((_, i) => rows.every((row) => /^[-+]?[\d.,%]*$/.test(row[i] ?? '') || row[i] === '-'));
  const format = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [format(headers), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(format)];
}
