import { createServer, request } from 'node:http';

/**
 * A plain proxy on a free port of 127.0.0.1: takes the servers in turn, and the next one where one takes no connection.
 * @param {readonly number[]} ports
 * @returns {Promise<{ readonly port: number, end(): void }>}
 */
export async function startRoundRobin(ports) {
  let turn = 0;
  const proxy = createServer((incoming, outgoing) => {
    /** @type {Buffer[]} */
    const body = [];
    incoming.on('data', (chunk) => body.push(chunk));
    incoming.on('end', () => pass(ports.length));
    /** @param {number} triesLeft */
    const pass = (triesLeft) => {
      const port = ports[turn++ % ports.length];
      const { method, headers, url } = incoming;
      const onward = request({ host: '127.0.0.1', port, method, headers, path: url }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.flushHeaders();
        answer.on('error', () => outgoing.destroy());
        answer.on('aborted', () => outgoing.destroy());
        answer.pipe(outgoing);
      });
      onward.on('error', (error) => {
        const isDown = /** @type {NodeJS.ErrnoException} */ (error).code === 'ECONNREFUSED';
        if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
        // What may have arrived is not sent twice.
        else if (isDown && triesLeft > 1) pass(triesLeft - 1);
        else outgoing.writeHead(502).end();
      });
      outgoing.on('close', () => onward.destroy());
      onward.end(Buffer.concat(body));
    };
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  return {
    port,
    end() {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
