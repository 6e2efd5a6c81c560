/** A tree of categories from paths, and the rows of it that are in sight. */

export interface Node {
  /** The whole path, as the label writes it where it is one. */
  readonly path: string
  readonly name: string
  readonly depth: number
  /** It is a label, so that it can be chosen. */
  readonly isLabel: boolean
  readonly children: readonly Node[]
}

interface Draft {
  path: string
  name: string
  depth: number
  isLabel: boolean
  children: Map<string, Draft>
}

const BETWEEN = '>'
export const stepsOf = (label: string): string[] => label.split(BETWEEN).map((step) => step.trim())

/** In the order of the labels. */
export function treeOf(labels: readonly string[]): Node[] {
  const roots = new Map<string, Draft>()
  for (const label of labels) {
    let level = roots
    let at: Draft | undefined
    const steps = stepsOf(label)
    steps.forEach((name, depth) => {
      at = level.get(name) ?? {
        path: steps.slice(0, depth + 1).join(` ${BETWEEN} `), name, depth, isLabel: false, children: new Map(),
      }
      level.set(name, at)
      level = at.children
    })
    if (at) [at.isLabel, at.path] = [true, label]
  }
  return [...roots.values()].map(fixed)
}

const fixed = ({ children, ...rest }: Draft): Node => ({ ...rest, children: [...children.values()].map(fixed) })

/** The rows in sight: children of what is open. */
export function rowsOf(nodes: readonly Node[], open: ReadonlySet<string>): Node[] {
  const found: Node[] = []
  const walk = (level: readonly Node[]): void => {
    for (const node of level) {
      found.push(node)
      if (open.has(node.path)) walk(node.children)
    }
  }
  walk(nodes)
  return found
}

/** Labels of which every word stands somewhere in the path; those in whose last step one begins come first. */
export function sought(nodes: readonly Node[], text: string): Node[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  const [near, far]: [Node[], Node[]] = [[], []]
  const walk = (level: readonly Node[]): void => {
    for (const node of level) {
      const path = node.path.toLocaleLowerCase()
      if (node.isLabel && words.every((word) => path.includes(word))) {
        const name = node.name.toLocaleLowerCase()
        ;(words.some((word) => name.startsWith(word)) ? near : far).push(node)
      }
      walk(node.children)
    }
  }
  walk(nodes)
  return [...near, ...far]
}

/** The path of the node that holds this one; empty at the root. */
export const parentOf = (rows: readonly Node[], at: number): string => {
  const depth = rows[at]?.depth ?? 0
  return rows.slice(0, at).findLast((row) => row.depth === depth - 1)?.path ?? ''
}
