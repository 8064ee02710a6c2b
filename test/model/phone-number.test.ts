import { describe, expect, it } from 'vitest';
import { defaultAccount, updateSettings } from '../../src/model/account.js';
import { dialNumber, hasTrunkZero, plainNumber } from '../../src/model/phone-number.js';

describe('a number as people write it', () => {
  it.each([
    ['+49 30 901-820', '+4930901820'],
    ['(030) 90.18/20', '030901820'],
    ['030 901\u00A0820', '030901820'],
    ['030–901—820\u2212\u2011\u20120', '0309018200'],
    ['*21*+', undefined],
    ['*21#', '*21#'],
    ['*100*1#', '*100*1#'],
    // Format characters: soft hyphen, zero-width space and joiner, direction marks and isolates, byte order mark.
    ['\u2066+49\u00AD30\u200B90\u200D18\u200E20\u2069\uFEFF', '+4930901820'],
    ['\u202D+49 30 901820\u202C', '+4930901820'],
    // Links.
    ['tel:+49-30-901820', '+4930901820'],
    ['TEL:030901820', '030901820'],
    ['tel://+4930901820', '+4930901820'],
    ['callto:+49%2030%20901820', '+4930901820'],
    ['tel:%2B4930901820', '+4930901820'],
    // Digits of other scripts: full width, Arabic, Persian, Devanagari, Bengali, Thai, mathematical, Adlam.
    ['＋４９　３０', '+4930'],
    ['٠١٢٣٤٥٦٧٨٩', '0123456789'],
    ['۰۱۲۳۴۵۶۷۸۹', '0123456789'],
    ['०१२३४५६७८९', '0123456789'],
    ['০১২৩৪৫৬৭৮৯', '0123456789'],
    ['๐๑๒๓๔๕๖๗๘๙', '0123456789'],
    ['𝟎𝟏𝟗𝟢𝟫𝟶𝟿', '0190909'],
    ['𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙', '0123456789'],
    // The 0 that is dialled within the country alone.
    ['+44 (0)20 7946 0000', '+442079460000'],
    ['+44(0)20 7946 0000', '+442079460000'],
    ['+44 (0) 20 7946 0000', '+442079460000'],
    ['+44-( 0 )-20 7946 0000', '+442079460000'],
    ['+44 [0]20 7946 0000', '+442079460000'],
    ['0044 (0)20 7946 0000', '00442079460000'],
    ['tel:+44(0)2079460000', '+442079460000'],
    ['+٤٤ (٠)٢٠ ٧٩٤٦ ٠٠٠٠', '+442079460000'],
    ['+49 (030) 901820', '+4930901820'],
    ['+353 (0)1 901 8200', '+35319018200'],
    ['+7 (0)495 123 45 67', '+74951234567'],
    ['(+44) (0)20 7946 0000', '+442079460000'],
    ['(+44)(0)20 7946 0000', '+442079460000'],
    ['[+44] (0)20 7946 0000', '+442079460000'],
    ['+(44) (0)20 7946 0000', '+442079460000'],
    ['(0044) (0)20 7946 0000', '00442079460000'],
    ['+44·(0)20 7946 0000', '+442079460000'],
    ['+44\u2212(0)20 7946 0000', '+442079460000'],
    ['+44\\(0)20 7946 0000', '+442079460000'],
    ['+4 4 (0)20 7946 0000', '+442079460000'],
    ['+44 ((0)) 20 7946 0000', '+442079460000'],
    ['(+44 (0)20) 7946 0000', '+442079460000'],
    ['+44 (020 7946) 0000', '+442079460000'],
    ['(+44) (020 7946) 0000', '+442079460000'],
    ['tel: +44 (0)20 7946 0000', '+442079460000'],
    ['tel:%20%2B44 (0)20 7946 0000', '+442079460000'],
    ['+880 (0)2 955 5555', '+88029555555'],
    // Where it belongs to the number it stays.
    ['(+39) (0)6 698 12345', '+390669812345'],
    ['+3 9 (0)6 698 12345', '+390669812345'],
    ['(00378) (0)549 882914', '003780549882914'],
    ['+39 (0)6 698 12345', '+390669812345'],
    ['+39 (06) 698 12345', '+390669812345'],
    ['+378 (0)549 882914', '+3780549882914'],
    ['+225 (0)7 12 34 56 78', '+2250712345678'],
    ['+242 (0)6 123 4567', '+242061234567'],
    ['+226 (0)1 23 45 67', '+22601234567'],
    ['+227 (0)1 23 45 67', '+22701234567'],
    ['+229 (01) 23 45 67 89', '+2290123456789'],
    ['+992 (00) 123 4567', '+992001234567'],
    // Neither has a country code.
    ['(0)20 7946 0000', '02079460000'],
    ['(030) 901820', '030901820'],
    ['+49 30 (0) 1234', '+493001234'],
  ])('%j is dialled as %s', (written, dialled) => {
    if (dialled) expect(dialNumber(written)).toBe(dialled);
    else expect(() => dialNumber(written)).toThrow('cannot be dialled');
  });

  it.each([
    '+49 30 901820 x12',
    '+49 30 901820x12',
    '+49 30 901820 X 12',
    '030 901820 ext. 12',
    '030 901820 ext 12',
    '030 901820, Ext.: 12',
    '(030) extension 12',
    '030 901820 extn 12',
    'tel:+4930901820;ext=12',
    '030 901820 Durchwahl 12',
    '030 901820 ｅｘｔ １２',
    '030 901820 доб. 12',
    '٠٣٠ ٩٠١٨٢٠ x١٢',
    '+49 30 901820 (ext. 12)',
    '+49 30 901820 (x12)',
    '+49 30 901820 ext #12',
    '+49 30 901820 ext no. 12',
    '+49 30 901820 int. 12',
    '+49 30 901820 interno 12',
    '+49 30 901820 extensión 12',
    '+49 30 901820 extension 1 2',
    '+49 30 901820 extensão n.º 12',
    '+49 30 901820 добавочный № 12',
    'tel:+4930901820;ext=12;isub=1',
    'tel:+4930901820;isub=1;ext=12',
    // A pause, and what is sent after it.
    '+49 30 901820,12',
    '+49 30 901820,,12#',
    '+49 30 901820~12',
    '+49 30 901820;12',
    '(030 901820), 12',
  ])('%j is refused, for its extension would be lost', (written) => {
    for (const read of [dialNumber, plainNumber]) {
      expect(() => read(written)).toThrow(
        expect.objectContaining({
          code: 'invalid-number',
          data: { reason: 'extension' },
          message: expect.stringContaining('extension'),
        }),
      );
    }
  });

  it.each([
    '',
    ' - ',
    '+',
    'abc',
    '12a',
    'x12',
    'ext. 12',
    'tel:',
    '1-800-FLOWERS',
    '1'.repeat(33),
    '1;',
    'tel:+4930901820;isub=12',
    '+49+30',
    null,
    7,
  ])('%j cannot be dialled', (written) => {
    expect(() => dialNumber(written)).toThrow(expect.objectContaining({ code: 'invalid-number' }));
    expect(() => dialNumber(written)).not.toThrow(expect.objectContaining({ data: expect.anything() }));
  });
});

describe('a 0 that is dialled within a country alone', () => {
  it.each(['+4402079460000', '004402079460000', '+49030901820', '+35301901820', '+704951234567', '+880029555555'])(
    'is found in %s',
    (number) => expect(hasTrunkZero(number)).toBe(true),
  );

  it.each([
    '+4930901820',
    '004930901820',
    '+442079460000',
    '+390669812345',
    '+3780549882914',
    '+2250712345678',
    '+22601234567',
    '+22701234567',
    '+2290123456789',
    '+242061234567',
    '+992001234567',
    '02079460000',
    '44020',
  ])('is not found in %s', (number) => expect(hasTrunkZero(number)).toBe(false));
});

describe('the list of numbers that are never refused', () => {
  it.each([
    '112',
    '+44 (0)20 7946 0000',
    'tel:+49-30-901820',
    '\u2066+49 30\u2069',
    '١١٢',
    '*100#',
    '+49 30 901\u00A0820',
  ])('takes %j as it is written', (number) => {
    expect(updateSettings(defaultAccount, { alwaysDial: [number] }).settings.alwaysDial).toEqual([number]);
  });

  it.each([
    ['+49 30 x12', 'has an extension'],
    ['call me', 'is not a number'],
    [`+49 30${' '.repeat(60)}1`, 'is too long'],
  ])('refuses %j, and says why', (number, why) => {
    const change = (): unknown => updateSettings(defaultAccount, { alwaysDial: ['110', number] });
    expect(change).toThrow(expect.objectContaining({ code: 'invalid-setting', message: expect.stringContaining(why) }));
  });
});
