export { createManualClock, type ManualClock } from './manual-clock.js';
export { createManualSignals, type ManualSignals } from './manual-signals.js';
