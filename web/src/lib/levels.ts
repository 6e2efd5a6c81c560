/** What review levels are called. */
import { say } from './language.svelte'

/** The server's name of the level that every project begins with. */
const FIRST = 'Review'

/** A level's name; the one that nobody has named is called by the stage, in the reader's language. */
export const levelTitle = (name: string): string => (name === FIRST ? say('common.review_2') : name)
