export {
  type GrpcComponent,
  type GrpcServerLike,
  type GrpcServerOptions,
  grpcServer,
} from './grpc-server.js';
export type { GrpcHealth } from './health-service.js';
