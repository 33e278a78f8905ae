/** The measure for the http bench: Fastify with one route, no schema, no hook, the same body. */
import fastify from 'fastify';

const body: unknown = JSON.parse(process.env['BENCH_BODY'] ?? '{}');
const app = fastify();
app.get('/api/runs/:id', async () => body);
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.(`${url}/api/runs/bench-run`);
