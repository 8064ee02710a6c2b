// Nothing else of the package is taken into the chunk that is loaded when a number is first read.
export { parsePhoneNumberFromString as parseNumber } from 'libphonenumber-js/min';
