/** Small pictures of what a template labels, as shapes on a 160 × 90 sheet. */

/** `tone` is a label colour (1–8), "ink" for what is labelled, "soft" for what lies behind it. */
export type Tone = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 'ink' | 'soft'

export type Shape =
  | { readonly sort: 'thing'; readonly path: string; readonly tone: Tone }
  | { readonly sort: 'outline'; readonly path: string; readonly tone: Tone }
  | { readonly sort: 'line'; readonly x: number; readonly y: number; readonly width: number }
  | { readonly sort: 'mark'; readonly x: number; readonly y: number; readonly width: number; readonly tone: Tone }
  | {
      readonly sort: 'chip'
      readonly x: number
      readonly y: number
      readonly width: number
      readonly tone: Tone | null
    }

const thing = (path: string, tone: Tone = 'ink'): Shape => ({ sort: 'thing', path, tone })
const outline = (path: string, tone: Tone): Shape => ({ sort: 'outline', path, tone })
const line = (x: number, y: number, width: number): Shape => ({ sort: 'line', x, y, width })
const mark = (x: number, y: number, width: number, tone: Tone): Shape => ({ sort: 'mark', x, y, width, tone })
const chip = (x: number, y: number, width: number, tone: Tone | null = null): Shape => {
  return { sort: 'chip', x, y, width, tone }
}
const box = (x: number, y: number, w: number, h: number) => `M${x} ${y}h${w}v${h}h${-w}z`

const CAR = 'M18 62l2-10 9-3 9-12h26l11 11 9 3 2 11h-5a8 8 0 0 1-16 0H45a8 8 0 0 1-16 0z'
const MAN = 'M118 30a6 6 0 1 1 .1 0zM110 36h16l4 24h-5l-1 22h-5l-1-16-1 16h-5l-1-22h-5z'
const STREET = [thing('M70 40L90 40 150 90H10z', 'soft'), thing(`${box(0, 12, 40, 28)}${box(112, 4, 48, 36)}`, 'soft')]
const DENTED = 'M12 66l3-18 16-5 18-22h48l22 21 22 5 4 19h-10a13 13 0 0 1-26 0H58a13 13 0 0 1-26 0z'
const PLATE = 'M20 14h120v62H20z'
const SHELVES = `${box(8, 40, 144, 3)}${box(8, 80, 144, 3)}`
const TEXT = [line(14, 16, 132), line(14, 30, 120), line(14, 44, 128), line(14, 58, 84)]
const PACKS = [12, 32, 52, 92, 112, 132].map((x) => thing(box(x, 16, 16, 24), 'soft'))
const LOW_PACKS = [12, 38, 64, 116].map((x) => thing(box(x, 52, 22, 28), 'soft'))

export const PICTURES: Readonly<Record<string, readonly Shape[]>> = {
  'object-detection': [
    ...STREET, thing(CAR), thing(MAN), outline(box(14, 33, 74, 38), 1), outline(box(105, 15, 28, 70), 3),
  ],
  'instance-segmentation': [...STREET, thing(CAR), thing(MAN), outline(CAR, 1), outline(MAN, 3)],
  'image-classification': [...STREET, thing(CAR), chip(12, 70, 40), chip(58, 70, 44, 3), chip(108, 70, 40)],
  'image-tagging': [
    ...STREET, thing(MAN), chip(10, 50, 34, 1), chip(10, 70, 50, 2), chip(66, 70, 34), chip(50, 50, 40),
  ],
  'vehicle-damage': [thing(DENTED), outline('M46 46l10-9 12 4-3 11-13 2z', 6), outline('M96 30l14 9 2 8-8-3-10-9z', 2)],
  'retail-shelf': [
    thing(SHELVES), ...PACKS, ...LOW_PACKS, outline(box(11, 15, 18, 25), 1), outline(box(31, 15, 18, 25), 1),
    outline(box(72, 15, 16, 25), 6), outline(box(90, 51, 22, 29), 6), outline(box(37, 51, 24, 29), 1),
  ],
  'defect-inspection': [
    thing(PLATE, 'soft'), thing('M52 24l8 14-5 9 9 16-12-14 4-10z'), thing('M108 56a6 6 0 1 1 .1 0z'),
    outline('M47 20l16 16-3 11 9 20-12-2-13-16 5-10z', 6), outline('M98 40h20v20H98z', 2),
  ],
  'human-pose': [
    ...STREET, thing('M80 30a9 9 0 1 1 .1 0zM66 32h28l6 26-6 2-6-16-2 42h-5l-1-26-1 26h-5l-2-42-6 16-6-2z'),
    outline('M80 22v12M64 34h32M64 34l-6 24M96 34l6 24M66 34l5 24h18l5-24M72 58l-2 28M88 58l2 28', 1),
  ],
  lanes: [
    thing('M60 30L100 30 156 90H4z', 'soft'), outline('M22 88L66 32', 1), outline('M80 88L80 32', 3),
    outline('M138 88L94 32', 1), outline('M150 78L104 30', 6),
  ],
  'aerial-objects': [
    thing(box(0, 0, 160, 90), 'soft'), thing('M30 60l52-36 12 4-4 12-52 36-12-4z'),
    outline('M24 62l60-42 14 8-2 14-60 42-14-8z', 1), thing('M124 68a14 14 0 1 1 .1 0z'),
    outline('M124 74a20 20 0 1 1 .1 0z', 3),
  ],
  'text-classification': [...TEXT, chip(14, 70, 42, 1), chip(62, 70, 34), chip(102, 70, 40)],
  'sentiment-reasons': [...TEXT, mark(30, 30, 46, 3), mark(70, 44, 60, 6), chip(14, 70, 34), chip(54, 70, 36, 8)],
  'named-entities': [
    ...TEXT, mark(14, 16, 34, 1), mark(86, 16, 28, 3), mark(44, 30, 42, 2), mark(92, 44, 36, 1), mark(30, 58, 24, 4),
  ],
  'entity-linking': [
    line(14, 16, 40), mark(14, 30, 34, 1), line(54, 30, 20), mark(14, 58, 40, 3), line(14, 44, 56), chip(104, 20, 44, 1),
    chip(104, 40, 44), chip(104, 60, 44, 3), outline('M50 34L100 26', 1), outline('M56 62L100 66', 3),
  ],
  'pii-spans': [
    ...TEXT, mark(40, 16, 40, 'ink'), mark(14, 30, 58, 'ink'), mark(84, 44, 44, 'ink'), mark(46, 58, 30, 6),
  ],
  'review-aspects': [
    ...TEXT, mark(14, 16, 38, 4), mark(68, 30, 50, 1), mark(28, 44, 34, 2), chip(14, 70, 26, 3), chip(46, 70, 26),
  ],
  'pairwise-preference': [
    line(14, 12, 120), outline(box(12, 26, 64, 38), 2), line(18, 36, 50), line(18, 46, 40), line(90, 36, 50), line(90, 46, 44),
    chip(26, 72, 36, 2), chip(98, 72, 36),
  ],
  'response-ranking': [
    chip(12, 14, 18, 2), line(38, 20, 104), chip(12, 36, 18, 1), line(38, 42, 88), chip(12, 58, 18), line(38, 64, 96),
  ],
  'response-rubric': [
    line(14, 16, 132), line(14, 30, 100), chip(14, 46, 18), chip(38, 46, 18), chip(62, 46, 18, 2), chip(14, 70, 18),
    chip(38, 70, 18), chip(62, 70, 18), chip(86, 70, 18, 2),
  ],
  demonstration: [mark(14, 12, 90, 'soft'), outline(box(12, 30, 136, 48), 2), line(20, 42, 110), line(20, 56, 84)],
  translation: [line(14, 20, 54), line(14, 36, 48), line(14, 52, 56), outline(box(84, 10, 64, 62), 2), line(92, 24, 46), line(92, 40, 40)],
  summary: [...TEXT.slice(0, 3), outline(box(12, 58, 136, 24), 2), line(20, 70, 90)],
  'product-taxonomy': [line(14, 16, 60), line(30, 34, 70), mark(46, 52, 76, 2), line(46, 70, 60)],
  chat: [thing(box(60, 8, 88, 18), 'soft'), line(66, 17, 70), thing(box(12, 34, 100, 30)), line(18, 42, 86), line(18, 54, 60), chip(12, 72, 16, 3), chip(32, 72, 16), chip(52, 72, 16)],
  'chat-side-by-side': [thing(box(60, 6, 88, 16), 'soft'), line(66, 14, 70), outline(box(10, 30, 66, 52), 2), line(18, 42, 50), line(18, 54, 44), thing(box(84, 30, 66, 52), 'soft'), line(92, 42, 50), line(92, 54, 38)],
  'red-team': [thing(box(60, 8, 88, 18), 'soft'), line(66, 17, 70), outline(box(12, 34, 100, 28), 6), line(18, 43, 86), mark(18, 54, 56, 6), chip(12, 70, 44, 6), chip(62, 70, 34)],
  'grounded-answer': [line(10, 14, 62), mark(10, 28, 50, 3), line(10, 42, 60), mark(10, 56, 36, 3), thing(box(86, 8, 64, 56), 'soft'), line(92, 18, 50), line(92, 32, 44), chip(92, 72, 24, 3)],
  'agent-trace': [
    line(14, 16, 90), chip(118, 12, 30, 3), line(14, 40, 84), chip(118, 36, 30, 6), line(14, 64, 94), chip(118, 60, 30, 3),
  ],
  'relation-extraction': [
    ...TEXT, mark(14, 30, 34, 1), mark(92, 30, 36, 3), mark(44, 58, 24, 4), outline('M31 26V20H110V26', 1),
    outline('M108 34C108 50 56 40 56 54', 6),
  ],
  coreference: [
    ...TEXT, mark(14, 16, 30, 1), mark(86, 30, 12, 1), mark(30, 44, 40, 1), mark(112, 16, 26, 6), mark(14, 58, 18, 6),
  ],
  'scene-graph': [
    ...STREET, thing(CAR), thing(MAN), outline(box(14, 33, 74, 38), 1), outline(box(105, 15, 28, 70), 3),
    outline('M105 44L88 48M94 43l-6 5 7 4', 6),
  ],
  'sentence-pairs': [
    line(14, 16, 120), mark(14, 28, 44, 3), line(66, 30, 60), outline('M10 44h140', 'soft'), line(14, 56, 96),
    chip(14, 70, 40, 3), chip(60, 70, 34, 4), chip(100, 70, 46, 6),
  ],
  toxicity: [...TEXT, mark(56, 30, 30, 6), chip(14, 70, 26, 6), chip(46, 70, 40, 2), chip(92, 70, 36)],
}

const EMPTY: readonly Shape[] = [outline(box(56, 21, 48, 48), 'soft'), thing('M78 35h4v8h8v4h-8v8h-4v-8h-8v-4h8z')]

export function pictureOf(name: string, medium: string): readonly Shape[] {
  return PICTURES[name] ?? (name === '' ? EMPTY : medium === 'text' ? TEXT : STREET)
}
