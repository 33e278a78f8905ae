/** Time is handed in: only the app room makes a clock that ticks. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  nowMs(): number;
}
