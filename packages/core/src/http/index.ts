export { httpServer } from './http-server.js';
export type { HttpServerOptions, ServeAndRefuseOptions } from './options.js';
