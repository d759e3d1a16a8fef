export { type Http2ServerOptions, http2Server } from './http2-server.js';
