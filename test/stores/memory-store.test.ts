import { test } from 'vitest';
import { memoryStore } from '../../src/stores/memory-store.js';
import { statusStoreConformance } from 'phone-widget/testing';
import { damageMemory } from '../support/stores-damage.js';
import { quietly } from '../support/stores-quiet.js';

statusStoreConformance({
  name: 'memoryStore',
  open: (account) => memoryStore({ account }),
  damage: damageMemory,
  test: (title, run) => test(title, quietly(run)),
});
