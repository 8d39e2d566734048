// What queue_bench measures, of a queue of Node's: node queues.js bullmq|bee-queue SOCKET JOBS IN_FLIGHT SLOTS
// Prints the same object as `queue_bench --json`. The Redis is flushed.
const [kind, path, jobsText, inFlightText, slotsText] = process.argv.slice(2);
const [jobs, inFlight, slots] = [jobsText, inFlightText, slotsText].map(Number);
const Redis = require('ioredis');

const data = {report: {title: 'Orders 2026'}, data: {rows: [{order_id: 1, total: 9.5}]}};
const latencySamples = 2000;
const memoryJobs = 10000;
const seconds = () => Number(process.hrtime.bigint()) / 1e9;
const options = {path, maxRetriesPerRequest: null};
const admin = new Redis(options);

// One queue: add(), work(onStart), close().
const kinds = {
  'bullmq': (name) => {
    const {Queue, Worker} = require('bullmq');
    const queue = new Queue(name, {connection: options});
    let worker;
    return {
      add: () => queue.add('report', data),
      work: (onStart) => {
        worker = new Worker(name, async (job) => onStart(job.id), {connection: options, concurrency: slots});
        return (onEnd) => worker.on('completed', onEnd);
      },
      close: async () => { if (worker) await worker.close(); await queue.close(); },
    };
  },
  'bee-queue': (name) => {
    const Queue = require('bee-queue');
    const settings = {redis: {path}, getEvents: false, storeJobs: false, sendEvents: false};
    const queue = new Queue(name, {...settings, isWorker: false});
    let worker;
    return {
      add: () => queue.createJob(data).save(),
      work: (onStart) => {
        worker = new Queue(name, {...settings, activateDelayedJobs: false});
        worker.process(slots, async (job) => onStart(job.id));
        return (onEnd) => worker.on('succeeded', onEnd);
      },
      close: async () => { if (worker) await worker.close(); await queue.close(); },
    };
  },
};

async function submit(queue, count) {
  let left = count;
  await Promise.all(Array.from({length: inFlight}, async () => {
    while (left-- > 0) await queue.add();
  }));
}

function workOff(queue, count) {
  return new Promise((done) => {
    let ended = 0;
    queue.work(() => {})(() => { if (++ended === count) done(); });
  });
}

async function usedMemory() { return Number(/used_memory:(\d+)/.exec(await admin.info('memory'))[1]); }

async function main() {
  const rates = {};
  const phase = async (name, run) => {
    const begin = seconds();
    await run();
    rates[name] = jobs / (seconds() - begin);
  };
  await admin.flushall();
  let queue = kinds[kind]('bench');
  await phase('submit', () => submit(queue, jobs));
  await phase('claim and complete', () => workOff(queue, jobs));
  await queue.close();

  queue = kinds[kind]('both');
  await phase('all at once', () => Promise.all([workOff(queue, jobs), submit(queue, jobs)]));
  await queue.close();

  queue = kinds[kind]('latency');
  let started;
  queue.work(() => started(seconds()));
  await new Promise((done) => setTimeout(done, 500));
  const ms = [];
  for (let i = 0; i < latencySamples; ++i) {
    const start = new Promise((done) => { started = done; });
    const begin = seconds();
    await queue.add();
    ms.push(((await start) - begin) * 1000);
    await new Promise((done) => setTimeout(done, 1));
  }
  ms.sort((a, b) => a - b);
  rates.start_p50_ms = ms[Math.floor(0.5 * (ms.length - 1))];
  rates.start_p99_ms = ms[Math.floor(0.99 * (ms.length - 1))];
  await queue.close();

  await admin.flushall();
  queue = kinds[kind]('memory');
  const before = await usedMemory();
  await submit(queue, memoryJobs);
  rates.bytes_a_waiting_job = (await usedMemory() - before) / memoryJobs;
  await queue.close();
  console.log(JSON.stringify(rates));
  process.exit(0);
}

main().catch((error) => { console.error(error); process.exit(1); });
