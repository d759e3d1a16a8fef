import type { Component } from '@quiesce/core';
import { createManualStop, type ManualStop } from '@quiesce/core/testing';

const stopPhases = ['announce', 'refuse', 'drain', 'persist', 'release'] as const;

/** Starts a component; when it says that it has failed, the test fails with an unhandled rejection. */
export async function startComponent(component: Component): Promise<void> {
  await component.start?.({
    signal: new AbortController().signal,
    fail: (error) => {
      throw error;
    },
  });
}

/** Takes a component through all phases of a graceful stop. */
export async function stopComponent(component: Component): Promise<ManualStop> {
  const stop = createManualStop();
  for (const phase of stopPhases) await stop.call(component, phase);
  return stop;
}
