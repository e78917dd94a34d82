import { expect, it } from 'vitest';
import { splitName } from './name-parts.ts';

it.each([
  ['Ann Lee', 'Ann', 'Lee'],
  ['  Ann   van der Lee ', 'Ann', 'van der Lee'],
  ['Cher', 'Cher', null],
  ['Don Draper', 'Don', 'Draper'],
  ['Phil Collins', 'Phil', 'Collins'],
  ['Ma, Jack', 'Jack', 'Ma'],
  ['Lee, Ann', 'Ann', 'Lee'],
  ['van der Lee, Ann Marie', 'Ann Marie', 'van der Lee'],
  ['Müller, Dr. Hans', 'Hans', 'Müller'],
  ['Dr. Ann Lee', 'Ann', 'Lee'],
  ['Prof. Dr. med. Hans Müller', 'Hans', 'Müller'],
  ['Herr Müller', null, 'Müller'],
  ['Dr. House', null, 'House'],
  ['M. Dupont', null, 'Dupont'],
  ['M. Night Shyamalan', 'M.', 'Night Shyamalan'],
  ['Mme Claire Dupont', 'Claire', 'Dupont'],
  ['Ann Lee, PhD', 'Ann', 'Lee'],
  ['Ann Lee, Ph.D., MBA', 'Ann', 'Lee'],
  ['Ann Lee, Jr.', 'Ann', 'Lee'],
  ['Lee,', 'Lee', null],
  ['ann@example.net', null, null],
  ['', null, null],
])('%j is %j and %j', (name, first, last) => {
  expect(splitName(name)).toMatchObject({ first, last });
});
