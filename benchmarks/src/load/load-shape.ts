/** What load is put on a server: how many clients of which kind. */
export interface LoadShape {
  /** Connections that send the next request as soon as the answer is there. */
  readonly keepAlive: number;
  /** New connections a second, one request each, whatever became of the ones before. */
  readonly newPerSecond: number;
  /** Connections that have had an answer and then keep quiet. */
  readonly idle: number;
  /** Clients that send a body slowly, one after the other. */
  readonly uploads: number;
  /** Clients of a slow stream. */
  readonly streams: number;
  /** Clients that read a body of 8 MiB slowly. */
  readonly downloads: number;
  /** Whether the slow clients, too, keep their connections and send the next request as soon as they can. */
  readonly reuseSlow: boolean;
}

/** The load of the published comparison. */
export const STANDARD_LOAD: LoadShape = {
  keepAlive: 64,
  newPerSecond: 200,
  idle: 20,
  uploads: 3,
  streams: 3,
  downloads: 3,
  reuseSlow: false,
};
