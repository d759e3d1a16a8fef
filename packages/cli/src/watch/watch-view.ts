import type { WatchEvent } from './watch-model.js';

/** Shows a service that is watched. */
export interface WatchView {
  take(event: WatchEvent): void;
  /** Whether it shows what only a look at the service tells, such as what is pending. */
  readonly wantsLooks: boolean;
  end(): void;
}
