import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { barColumnName, renameColumns } from './csv-header.js';

const through = (csv: string, cut: number, delimiter = ',') =>
  text(
    Readable.from(
      [csv.slice(0, cut), csv.slice(cut)].filter((part) => part !== '').map((part) => Buffer.from(part)),
    ).pipe(renameColumns(barColumnName, delimiter)),
  );

it('names the columns of the demo files as Almanac reads them, and leaves every row alone', async () => {
  const rows = '2013-05-13,64.50,65.41\n"Date","Open",x\n';
  expect(await through(`Date,Open,Adj Close\n${rows}`, 7)).toBe(`timestamp,open,adj_close\n${rows}`);
});

it('takes a byte order mark, CRLF and quotes in the header', async () => {
  expect(await through('\uFEFF"Date";"Close"\r\n1;2\r\n', 3, ';')).toBe('timestamp;close\n1;2\r\n');
});

it('renames a file that is a header alone', async () => {
  expect(await through('Date,Volume', 4)).toBe('timestamp,volume');
});

it('gives the same bytes wherever the stream is cut', async () => {
  const csv = 'Date,Open,Höhe\n2020-01-01,1,2\n2020-01-02,3,4\n';
  const whole = await through(csv, csv.length);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: csv.length }), async (cut) => {
      expect(await through(csv, cut)).toBe(whole);
    }),
  );
});
