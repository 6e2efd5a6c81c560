/** The file format counts Unicode code points; the DOM counts UTF-16 units. */
export function toCodePoint(text: string, unit: number): number {
  let n = 0
  for (let i = 0; i < unit && i < text.length; n++) i += text.codePointAt(i)! > 0xffff ? 2 : 1
  return n
}
export function toUnit(text: string, point: number): number {
  let i = 0
  for (let n = 0; n < point && i < text.length; n++) i += text.codePointAt(i)! > 0xffff ? 2 : 1
  return i
}
