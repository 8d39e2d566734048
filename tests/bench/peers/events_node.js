// Event streams as people write them with Node: a response for each client, one Redis subscriber.
// Usage: events_node.js PORT REDIS_PORT; streams are /events/CHANNEL, events come on the Redis channel events:CHANNEL.
const http = require('node:http');
const Redis = require('ioredis');

const [port, redisPort] = process.argv.slice(2).map(Number);
const subscriber = new Redis(redisPort, '127.0.0.1');
const streams = new Map();

subscriber.on('message', (channel, data) => {
  const frame = `event: progress\ndata: ${data}\n\n`;
  for (const response of streams.get(channel) ?? []) response.write(frame);
});

http.createServer((request, response) => {
  const channel = 'events:' + request.url.slice('/events/'.length);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 1000\n\n');
  if (!streams.has(channel)) {
    streams.set(channel, new Set());
    subscriber.subscribe(channel);
  }
  streams.get(channel).add(response);
  request.on('close', () => streams.get(channel).delete(response));
}).listen(port, '127.0.0.1', 4096);
