import { openReady } from '../chromium.js';
import { p95 } from '../statistics.js';
import type { Row } from '../table.js';
import type { Bench } from './measure.js';

const CALLS = 30;

/** A call event, until Busy is on screen; then once more while the store answers nothing. */
export async function calls({ browser, origin }: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const isFrozen of [false, true]) {
    const { page } = await openReady(browser, `${origin}/page/agent-tab?store=memory`);
    await page.waitForFunction(() => tab.widget.view?.present && !tab.widget.session?.saving);
    if (isFrozen) await page.evaluate(() => tab.freeze());
    const frames: number[] = [];
    const times: number[] = [];
    for (let call = 0; call < CALLS; call++) {
      const shown = await page.evaluate((id) => tab.startCall(id), `call-${call}`);
      await page.evaluate((id) => tab.endCall(id), `call-${call}`);
      if (!isFrozen) await page.evaluate((id) => tab.close(id), `call-${call}`);
      await page.waitForFunction(() => tab.widget.view?.status.id !== 'busy');
      frames.push(shown.frames);
      times.push(shown.ms);
    }
    await page.context().close();
    const store = isFrozen ? 'the store frozen' : 'the store at work';
    rows.push(
      {
        what: `call event → Busy on screen, worst of ${CALLS}, ${store}`,
        ours: Math.max(...frames),
        unit: 'frames',
        of: 'ours',
        budget: 1,
      },
      { what: '  … in milliseconds, p95', ours: p95(times), unit: 'ms', of: 'ours' },
    );
  }
  return rows;
}
