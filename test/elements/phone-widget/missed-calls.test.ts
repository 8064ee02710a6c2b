import { expect } from '@open-wc/testing';
import {
  announcements,
  callFrom,
  clearPage,
  openWidget,
  settled,
  shown,
  storeAhead,
  textOf,
  until,
} from '../../support/elements.js';

const DAY_MS = 86_400_000;

afterEach(clearPage);

describe('a missed call', () => {
  it('is said once, and shows its day once it is not of today, by the clock of the store', async () => {
    const clock = { ahead: 0 };
    const store = storeAhead(clock);
    const widget = await openWidget({ store });
    const { said } = announcements(widget);
    widget.feed.ringing(callFrom('c1'));
    await until(() => widget.view?.conversations.length === 1, 'it rings');
    widget.feed.ended('c1', 'missed');
    const missed = await shown(widget, 'missed');
    const today = textOf(missed);
    const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(store.now());
    expect(today).to.match(/^Missed call from Kim Doe, \d+:\d\d/);
    expect(today).to.not.contain(day);
    await until(() => said.some((text) => text.startsWith('Missed call from Kim Doe')), 'it is said');
    clock.ahead = DAY_MS;
    widget.requestUpdate();
    await settled(widget);
    expect(textOf(missed)).to.contain(`Missed call from Kim Doe, ${day}`);
    expect(said.filter((text) => text.startsWith('Missed'))).to.have.length(1);
  });
});
