// A shard that has nothing to do.
import { createLifecycle, silentLogger } from '@quiesce/core';
import { joinShardGroup } from '@quiesce/core/shards';

const lifecycle = createLifecycle({ name: 'shard', signals: false, logger: silentLogger });
joinShardGroup(lifecycle);
await lifecycle.run();
