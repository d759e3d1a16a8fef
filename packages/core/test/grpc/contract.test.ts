import { componentContract } from '@quiesce/core/testing';
import { describe, it } from 'vitest';
import { createGreeter, greet } from './support/greeter.js';

for (const channelz of [0, 1]) {
  componentContract({
    name: `grpcServer, with channelz ${channelz === 0 ? 'off' : 'on'}`,
    create() {
      const { arrived, client, component, dispose, unary } = createGreeter(
        {},
        { 'grpc.enable_channelz': channelz },
      );
      return {
        component,
        async begin() {
          const answered = greet(client());
          await arrived(1);
          return {
            async end() {
              unary[0]?.respond(null, 'hello');
              await answered;
            },
          };
        },
        dispose,
      };
    },
    test: { describe, it },
  });
}
