// A worker thread that has what a shard has loaded, and ends when it is told.
await import('@quiesce/core');
await import('@quiesce/core/shards');
await import('./bare.mjs');
