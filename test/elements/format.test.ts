import { expect } from '@open-wc/testing';
import { formatClock, formatMinutes } from 'phone-widget';

const clocks: readonly (readonly [seconds: number, english: string, arabic: string])[] = [
  [0, '0:00', '٠:٠٠'],
  [59, '0:59', '٠:٥٩'],
  [60, '1:00', '١:٠٠'],
  [3599, '59:59', '٥٩:٥٩'],
  [3600, '1:00:00', '١:٠٠:٠٠'],
  [90_000, '25:00:00', '٢٥:٠٠:٠٠'],
];

describe('a duration', () => {
  for (const [seconds, english, arabic] of clocks) {
    it(`S169 shows ${String(seconds)} s as ${english}, in the digits of the language`, () => {
      expect(formatClock(seconds * 1000, 'en')).to.equal(english);
      expect(formatClock(seconds * 1000 + 999, 'en')).to.equal(english);
      expect(formatClock(seconds * 1000, 'ar-EG')).to.equal(arabic);
    });
  }

  it('is never below zero', () => {
    expect(formatClock(-5000, 'en')).to.equal('0:00');
    expect(formatMinutes(-5000, 'en')).to.equal('0 min');
  });

  it('has no grouping after a thousand hours', () => {
    expect(formatClock(3_600_000 * 1234, 'en')).to.equal('1234:00:00');
  });

  it('is put in words of the language, to the minute', () => {
    expect(formatMinutes(12 * 60_000, 'en')).to.equal('12 min');
    expect(formatMinutes(65 * 60_000, 'en')).to.equal('1 hr 5 min');
    expect(formatMinutes(120 * 60_000, 'en')).to.equal('2 hr');
    expect(formatMinutes(12 * 60_000, 'de')).to.equal('12 Min.');
  });

  it('is written in the browser’s own way where the page names no language that there is', () => {
    expect(formatClock(60_000, 'not a language')).to.match(/1:00/);
    expect(formatMinutes(60_000, '')).to.contain('1');
  });
});
