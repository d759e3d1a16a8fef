export type { AppOptions, FastifyLike } from './options.js';
export { quiesce as default } from './plugin.js';
