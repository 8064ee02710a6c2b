import { test } from 'vitest';
import { memoryStore } from 'phone-widget';
import { statusStoreConformance } from 'phone-widget/testing';
import { FaultyStore } from '../../demo/faulty-store.js';
import { damageMemory } from '../support/stores-damage.js';
import { quietly } from '../../src/testing/quietly.js';

statusStoreConformance({
  name: 'the store of the demo',
  open: (account) => new FaultyStore(memoryStore({ account })),
  damage: damageMemory,
  disconnect: (store) => {
    (store as FaultyStore).setFaults({ offline: true });
    return () => (store as FaultyStore).setFaults({ offline: false });
  },
  test: (title, run) => test(title, quietly(run), 60_000),
});
