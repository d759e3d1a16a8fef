import type { Server, ServerCredentials, ServerUnaryCall } from '@grpc/grpc-js';
import type { GrpcComponent, GrpcServerLike } from '@quiesce/core/grpc';
import { expectTypeOf, it } from 'vitest';

// `@grpc/grpc-js` 1 is the only major there is; the compiler is what tests here.
it('the real package is what the adapter needs', () => {
  expectTypeOf<Server>().toExtend<GrpcServerLike<ServerCredentials>>();
  expectTypeOf<ServerUnaryCall<string, string>>().toExtend<Parameters<GrpcComponent['signal']>[0]>();
});
