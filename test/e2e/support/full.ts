/** Whether everything is to be run (`npm run test:full`), not the representative part of `npm test`. */
export const isFull: boolean = process.env['FULL'] === '1';
