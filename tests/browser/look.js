// What a person with other eyes, or without a mouse, would stumble over in the page as it stands.
(() => {
  const paper = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  const known = new Map()
  /** Any CSS colour as red, green, blue in 0..255 and alpha in 0..1. */
  const rgba = (css) => {
    if (!known.has(css)) {
      paper.clearRect(0, 0, 1, 1)
      paper.fillStyle = css
      paper.fillRect(0, 0, 1, 1)
      const [r, g, b, a] = paper.getImageData(0, 0, 1, 1).data
      known.set(css, [r, g, b, a / 255])
    }
    return known.get(css)
  }
  const over = (top, below, alpha = top[3]) => [0, 1, 2].map((i) => top[i] * alpha + below[i] * (1 - alpha))
  const luminance = (color) => {
    const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (high + 0.05) / (low + 0.05)
  }

  const chain = (element) => (element ? [...chain(element.parentElement), element] : [])
  /** The colour behind an element; null where a picture lies behind it. */
  const backdrop = (element) => {
    let below = rgba(getComputedStyle(document.documentElement).backgroundColor)
    below = below[3] ? below : [255, 255, 255]
    for (const one of chain(element)) {
      const style = getComputedStyle(one)
      if (style.backgroundImage !== 'none') return null
      const fill = rgba(style.backgroundColor)
      if (fill[3]) below = over(fill, below)
    }
    return below
  }
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  const isOff = (element) => Boolean(element.closest(':disabled, [aria-disabled=true], [inert], [aria-hidden=true]'))
  const words = (element) => {
    const text = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)
    return `<${element.localName} class="${element.getAttribute('class') ?? ''}"> ${text}`
  }

  const paleTexts = () => {
    const found = []
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
      const node = walk.currentNode
      const element = node.parentElement
      if (!node.data.trim() || !element || !isSeen(element) || isOff(element)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const place = range.getBoundingClientRect()
      if (place.width < 2 || place.height < 2) continue
      const below = backdrop(element)
      if (!below) continue
      const style = getComputedStyle(element)
      const opacity = chain(element).reduce((sum, one) => sum * Number(getComputedStyle(one).opacity), 1)
      const ink = rgba(element instanceof SVGElement ? style.fill : style.color)
      const ratio = contrast(over(ink, below, ink[3] * opacity), below)
      const size = parseFloat(style.fontSize)
      const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
      if (ratio < least - 0.01) found.push(`${ratio.toFixed(2)} ${words(element)} “${node.data.trim().slice(0, 30)}”`)
    }
    return [...new Set(found)]
  }

  const widerThanTheScreen = () => {
    const root = document.documentElement
    if (root.scrollWidth <= root.clientWidth) return []
    const over = [...document.body.querySelectorAll('*')]
      .filter((one) => isSeen(one) && one.getBoundingClientRect().right > root.clientWidth + 1)
      .map(words)
    return [`${root.scrollWidth} px of ${root.clientWidth} px: ${over.slice(0, 5).join(' | ')}`]
  }

  /** Names cut off by their own button; text that only a tooltip could tell. */
  const cutButtons = () =>
    [...document.querySelectorAll('button, .btn, [role=tab]')]
      .filter((one) => isSeen(one) && one.scrollWidth > one.clientWidth + 2 && one.clientWidth > 0)
      .filter((one) => getComputedStyle(one).overflowX === 'hidden' && getComputedStyle(one).textOverflow !== 'ellipsis')
      .map(words)

  /** Call after a key was pressed: only then does a browser show the focus. */
  const unseenFocus = () => {
    const look = (element) => {
      const style = getComputedStyle(element)
      const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 ? style.outline : ''
      return `${ring}|${style.boxShadow}|${style.borderColor}|${style.backgroundColor}`
    }
    const stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    return stops
      .filter((one) => isSeen(one) && !isOff(one) && one.tabIndex >= 0)
      .filter((one) => {
        one.blur()
        const before = look(one)
        one.focus({ preventScroll: true, focusVisible: true })
        if (document.activeElement !== one) return false
        if (look(one) !== before) return false
        // something around or in it may show the focus in its stead
        return ![one.parentElement, one.firstElementChild].some(
          (near) => near && parseFloat(getComputedStyle(near).outlineWidth) >= 1 &&
            getComputedStyle(near).outlineStyle !== 'none',
        )
      })
      .map(words)
  }
  window.look = { paleTexts, widerThanTheScreen, cutButtons, unseenFocus }
})()
