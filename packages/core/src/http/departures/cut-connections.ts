import type { CutWork } from '../../contract/report.js';
import { type Connection, exchangesOf } from '../connections/connection.js';
import type { ConnectionTable } from '../connections/connection-table.js';
import { nameRequest } from '../connections/request-name.js';

/** Destroys every connection, and says which work that cut. Nothing is in flight any more when it returns. */
export type CutConnections = readonly CutWork[];

export function cutConnections(table: ConnectionTable, nowMs: number): CutConnections {
  const cut: CutWork[] = [];
  for (const connection of table.open) {
    cut.push(...workOn(connection, nowMs));
    table.forget(connection);
    connection.socket.destroy();
  }
  return cut;
}

function workOn(connection: Connection, nowMs: number): CutConnections {
  const ageMs = (sinceMs: number): number => Math.max(0, Math.round(nowMs - sinceMs));
  const { upgrade } = connection;
  if (upgrade?.session !== undefined) return upgrade.session.giveUp(nowMs);
  if (upgrade !== undefined) return [{ name: upgrade.name, ageMs: ageMs(upgrade.upgradedAtMs) }];
  return exchangesOf(connection).map(({ response, requestedAtMs }) => ({
    name: nameRequest(response.req),
    ageMs: ageMs(requestedAtMs),
  }));
}
