/** What we use of asciichart, which ships no types. */
declare module 'asciichart' {
  interface PlotOptions {
    readonly height?: number;
    readonly format?: (value: number) => string;
  }
  export function plot(series: readonly number[], options?: PlotOptions): string;
}
