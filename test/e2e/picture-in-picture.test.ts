import { expect, test } from 'vitest';
import { callOf } from './agent-tab.js';
import { useBrowser } from './browser.js';
import { hidesTabs } from '../support/tabs.js';

const browser = useBrowser();

declare const documentPictureInPicture: {
  requestWindow(size: { readonly width: number; readonly height: number }): Promise<Window>;
};

test.skipIf(!hidesTabs)(
  'a widget in a Picture-in-Picture window is the same agent, chooses and takes notes there, and comes back',
  async () => {
    const a = await browser.open();
    const { page } = a;
    await page.evaluate(() => {
      const button = document.createElement('button');
      button.id = 'open';
      button.addEventListener('click', () => {
        void documentPictureInPicture.requestWindow({ width: 400, height: 600 }).then((opened) => {
          opened.document.body.append(widget);
          // Later the browser has taken the listeners of what was left in the window.
          opened.addEventListener('pagehide', () => document.body.append(widget));
        });
      });
      document.body.append(button);
    });
    const opening = page.context().waitForEvent('page');
    await page.locator('#open').click();
    const there = await opening;
    const look = () =>
      page.evaluate(() => {
        const { borderRadius, padding } = getComputedStyle(
          widget.shadowRoot?.querySelector('[part~="base"]') as Element,
        );
        return { borderRadius, padding, isHere: widget.ownerDocument === document };
      });
    const before = await look();
    expect(before).toMatchObject({ isHere: false });
    await there.locator('[part~="selector"]').click();
    await there.locator('[part~="status"][data-status="break"]').click();
    await expect.poll(() => there.locator('[part~="selector"]').textContent()).toContain('Break');
    await a.start(callOf('call-1'));
    await there.locator('[part~="notes"]').pressSequentially('Wants a refund.');
    await there.close();
    await expect.poll(look).toEqual({ ...before, isHere: true });
    await a.shows('Busy');
    await a.showsNotes('Wants a refund.');
    await a.end('call-1');
    await a.press('close');
    await a.shows('Break');
    expect(await a.changes()).toEqual(['break', 'busy', 'after-call-work', 'break']);
  },
);
