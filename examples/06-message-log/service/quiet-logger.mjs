/**
 * The logger of the shards' lifecycles: the parent logs each step of each shard, with its duration, and only what
 * goes wrong inside is worth a line of its own.
 * @type {import('@quiesce/core').Logger}
 */
export const quietLogger = {
  info: () => {},
  warn: (_fields, message) => console.error(message),
  error: (_fields, message) => console.error(message),
};
