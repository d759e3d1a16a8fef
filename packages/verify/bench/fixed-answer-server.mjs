// A server that costs next to nothing: it answers every request head with the same bytes, so that the client is what is measured.
import { createServer } from 'node:net';

const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\nhello, world\n');
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    let heads = 0;
    for (let at = chunk.indexOf('\r\n\r\n'); at >= 0; at = chunk.indexOf('\r\n\r\n', at + 4)) heads += 1;
    socket.write(heads === 1 ? answer : Buffer.concat(Array.from({ length: heads }, () => answer)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.on('disconnect', () => process.exit(0));
