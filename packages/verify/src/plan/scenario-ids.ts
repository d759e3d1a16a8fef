/** The ways in which a server is stopped. Each run plays one. */
export const scenarioIds = [
  'stop',
  'holders',
  'stuck',
  'duplicate',
  'other-signal',
  'early',
  'second',
  'pid1',
  'durable',
  'platform',
] as const;

export type ScenarioId = (typeof scenarioIds)[number];
