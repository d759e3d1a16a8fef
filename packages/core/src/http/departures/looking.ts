/** Asking the kernel takes time in proportion to its connections: so many times as long it is left alone afterwards. */
export const restAfterLook = 4;

/** Ending a connection takes about 20 µs. */
const endedPerTurn = 100;

/** Goes through what may be very many, and lets the event loop turn in between. */
export async function inTurns<Item>(items: readonly Item[], visit: (item: Item) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index % endedPerTurn === endedPerTurn - 1) await nextTurn();
    visit(item);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
