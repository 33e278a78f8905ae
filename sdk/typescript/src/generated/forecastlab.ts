/** ForecastLab: made by `npm run generate` from docs/api/forecastlab.json. */
import { type CallOptions, type ClientOptions, call } from '../request.js';

export type GetHealthParameters = CallOptions;

export type GetHealthAnswer = { status: "ok" };

export type GetHealthReadyParameters = CallOptions;

export type GetHealthReadyAnswer = { status: "ok"; database: "connected" };

export function forecastlabClient(options: ClientOptions) {
  return {
    /** Where this client calls, for requests that no function makes. */
    options,
    /** The process answers `GET /health` */
    getHealth: (parameters?: GetHealthParameters) =>
      call<GetHealthAnswer>(options, 'GET', '/health', parameters),
    /** The database answers `GET /health/ready` */
    getHealthReady: (parameters?: GetHealthReadyParameters) =>
      call<GetHealthReadyAnswer>(options, 'GET', '/health/ready', parameters),
  };
}

export type ForecastlabClient = ReturnType<typeof forecastlabClient>;
