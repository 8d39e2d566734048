// Submitting as people build it today: Fastify checks the body by a schema and adds a job to BullMQ.
// Usage: fastify_bullmq.js PORT REDIS_PORT
const fastify = require('fastify')();
const { Queue } = require('bullmq');
const { randomUUID } = require('node:crypto');

const [port, redisPort] = process.argv.slice(2).map(Number);
const queue = new Queue('reports', { connection: { host: '127.0.0.1', port: redisPort } });
const body = {
  type: 'object', required: ['report', 'data'], additionalProperties: false,
  properties: { report: { type: 'object', properties: { title: { type: 'string' } } }, data: { type: 'object' } },
};
fastify.post('/v1/jobs', { schema: { body } }, async (request, reply) => {
  const id = randomUUID();
  await queue.add('report', request.body, { jobId: id, attempts: 3 });
  reply.code(202).header('location', `/v1/jobs/${id}`);
  return { id, status: 'queued', links: { self: `/v1/jobs/${id}`, events: `/v1/jobs/${id}/events` } };
});
fastify.get('/livez', async () => ({ status: 'ok' }));
fastify.listen({ port, host: '127.0.0.1' });
