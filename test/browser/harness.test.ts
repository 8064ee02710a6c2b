import { expect, fixture, html } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { expectAccessible } from '../support/axe.js';
import { press } from '../support/keys.js';
import { emulateFeatures } from '../support/media.js';

describe('the test page', () => {
  it('gets real keys and chords', async () => {
    const form = await fixture<HTMLFormElement>(html`<form><input /><input /></form>`);
    form.querySelector('input')?.focus();
    await press('Tab');
    await press('Shift+Tab');
    await sendKeys({ type: 'abc' });
    expect(form.querySelector('input')?.value).to.equal('abc');
  });

  it('is checked by axe, which names what is wrong', async () => {
    await expectAccessible(await fixture(html`<label>Name <input /></label>`));
    const refusal = await expectAccessible(await fixture(html`<p><input /></p>`)).catch((error: unknown) => error);
    expect(String(refusal)).to.contain('label (critical)');
  });

  it('shows forced colours where the browser can', async () => {
    const emulated = await emulateFeatures({ 'forced-colors': 'active' });
    expect(matchMedia('(forced-colors: active)').matches).to.equal(emulated);
    await emulateFeatures({});
    expect(matchMedia('(forced-colors: active)').matches).to.equal(false);
  });
});
