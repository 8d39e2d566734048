// A BullMQ worker beside submit_bullmq.js, as busy as the queue keeps it. Usage: submit_worker.js REDIS_PORT
const { Worker } = require('bullmq');

new Worker('reports', async () => {}, { connection: { host: '127.0.0.1', port: Number(process.argv[2]) }, concurrency: 10 });
