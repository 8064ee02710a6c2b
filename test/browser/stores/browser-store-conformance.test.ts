import { statusStoreConformance } from 'phone-widget/testing';
import { quietly } from '../../../src/testing/quietly.js';
import { cutOff, damageBrowser, openBrowserStore } from '../../support/stores-browser.js';

statusStoreConformance({
  name: 'browserStore',
  open: openBrowserStore,
  damage: damageBrowser,
  disconnect: cutOff,
  test: (title, run) => it(title, quietly(run)).timeout(60_000),
});
