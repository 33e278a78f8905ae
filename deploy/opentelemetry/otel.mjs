// Sends traces to an OpenTelemetry collector. Copy this directory to /etc/almanac/opentelemetry, run `npm install` there, and start the
// server and its workers with
//   NODE_OPTIONS=--import=file:///etc/almanac/opentelemetry/otel.mjs
//   OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318
// The `overrides` of package.json matter: an SDK that brings an older API than ours is not heard of, and nothing says so.
import { isMainThread } from 'node:worker_threads';
import { NodeSDK } from '@opentelemetry/sdk-node';

// Compute threads load this too; their tasks are told by the thread that asks for them.
if (isMainThread) {
  const sdk = new NodeSDK({ serviceName: 'almanac' });
  sdk.start();
  // What is not sent yet when the server stops.
  process.once('beforeExit', () => sdk.shutdown());
}
