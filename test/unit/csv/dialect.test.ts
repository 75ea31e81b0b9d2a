import { describe, expect, test } from 'vitest';
import { detectDialect } from '../../../core/csv/dialect.ts';

const NEEDS = {
  features: [
    { name: 'price', type: 'float' as const },
    { name: 'city', type: 'string' as const },
  ],
};
const OTHERS = { features: [{ name: 'unheard of', type: 'float' as const }] };

const detect = (text: string, manifest = NEEDS, key = 'incoming/m/f.csv', complete = true) =>
  detectDialect({ bytes: Buffer.from(text), complete }, key, manifest).dialect;

describe('the delimiter', () => {
  test.each([
    [',', 'price,city\n1,a\n'],
    ['\t', 'price\tcity\n1\ta\n'],
    [';', 'price;city\n1;a\n'],
    ['|', 'price|city\n1|a\n'],
  ])('%j is the one under which the header holds the columns', (delimiter, text) => {
    expect(detect(text).delimiter).toBe(delimiter);
  });

  test('is told by the columns even where another one occurs more often', () => {
    expect(detect('price;city;"a,b,c,d"\n1;"x,y",z,z,z;1\n').delimiter).toBe(';');
  });

  test('is told by the columns even where the name says tab', () => {
    expect(detect('price,city\n1,a\n', NEEDS, 'f.tsv').delimiter).toBe(',');
  });

  test('is a tab for a .tsv file whose columns are strange', () => {
    expect(detect('a,b\tc\n', OTHERS, 'incoming/m/F.TSV').delimiter).toBe('\t');
    expect(detect('a,b\tc\n', OTHERS, 'f.tsv.gz').delimiter).toBe('\t');
  });

  test('is else the one that gives every record as many fields as the header', () => {
    expect(detect('a;b, c;d\n1;2;3\n1;2,5,7;3\n', OTHERS).delimiter).toBe(';');
  });

  test('is a comma in a file of one column, and in an empty one', () => {
    expect(detect('a\n1\n2\n', OTHERS).delimiter).toBe(',');
    expect(detect('').delimiter).toBe(',');
  });

  test('is a comma in a file of blanks, where a tab would be a header', () => {
    expect(detect('\n \r\n\t\r').delimiter).toBe(',');
    expect(detect('\ufeff\t\n').delimiter).toBe(',');
  });

  test('does not count within quotes', () => {
    expect(detect('"a,b","c;d"\n"1;1","2;2"\n', OTHERS).delimiter).toBe(',');
  });

  test('is found although the sample breaks off within a quoted field', () => {
    expect(detect('price;city\n1;"a\n', NEEDS, 'f.csv', false).delimiter).toBe(';');
  });
});

describe('the decimal mark', () => {
  test.each([
    [',', 'numbers have commas and none has a point', 'price;city\n1,5;a\n2;b\n'],
    ['.', 'as many numbers have a point', 'price;city\n1,5;a\n2.5;b\n'],
    [',', 'commas are in the majority', 'price;city\n1,5;a\n2,5;b\n2.5;b\n'],
    ['.', 'numbers are whole', 'price;city\n1;a\n'],
    ['.', 'commas stand in a text column only', 'price;city\n1;2,5\n'],
    ['.', 'the delimiter is a comma', 'price,city\n"1,5",a\n'],
    ['.', 'the column is not there', 'x;city\n1,5;a\n'],
  ])('is %j where %s', (decimal, _, text) => {
    expect(detect(text).decimal).toBe(decimal);
  });
});

test('a note tells how the file was read', () => {
  const { note } = detectDialect(
    { bytes: Buffer.from('price;city\n1,5;a\n'), complete: true },
    'f.csv',
    NEEDS,
  );
  expect(note).toBe(
    "The model's manifest states no dialect: the file was read as semicolon-separated with a decimal comma.",
  );
});
