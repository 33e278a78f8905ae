/** Sets gauges to what holds now; called before each rendering. */
export type Refresh = () => void | Promise<void>;
