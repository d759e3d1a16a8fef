export { type PoolLike, type PoolOptions, pool } from './pool.js';
