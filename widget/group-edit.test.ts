import { expect } from '@open-wc/testing'
import { groupEdit } from './group-edit.js'

/** Groups of three. */
const threes = (digits: string) => digits.replace(/\d{3}(?=\d)/g, '$& ')

/** An edit of a field in which `|` is the caret. */
function edit(text: string, inputType = 'insertText', held = ''): string {
  const caret = text.indexOf('|')
  const { value, caret: after } = groupEdit({ value: text.replace('|', ''), caret }, inputType, held, threes)
  return `${value.slice(0, after)}|${value.slice(after)}`
}

describe('groupEdit', () => {
  it('groups what was typed at the end', () => {
    expect(edit('123|')).to.equal('123|')
    expect(edit('1234|')).to.equal('123 4|')
    expect(edit('123 456 7|')).to.equal('123 456 7|')
  })

  it('keeps the caret behind its digit', () => {
    expect(edit('129|3 456')).to.equal('129| 345 6')
    expect(edit('|123456')).to.equal('|123 456')
    expect(edit('123 4|')).to.equal('123 4|')
    expect(edit('1234|56')).to.equal('123 4|56')
  })

  it('puts the caret behind what follows the last digit', () => {
    const { value, caret } = groupEdit(
      { value: '201', caret: 3 },
      'insertText',
      '',
      (digits) => `(${digits})`,
    )
    expect(value.slice(0, caret)).to.equal('(201)')
  })

  it('takes the digit away that whoever deletes a space means', () => {
    expect(edit('123|456', 'deleteContentBackward', '123456')).to.equal('12|4 56')
    expect(edit('123|456', 'deleteContentForward', '123456')).to.equal('123| 56')
  })

  it('takes no digit away where a digit was deleted, or nothing stands before the caret', () => {
    expect(edit('12|456', 'deleteContentBackward', '123456')).to.equal('12|4 56')
    expect(edit('|123', 'deleteContentBackward', '123')).to.equal('|123')
    expect(edit('123 |', 'deleteContentBackward', '1234')).to.equal('123|')
  })

  it('forgives what is no digit', () => {
    expect(edit('12-34/5|')).to.equal('123 45|')
  })
})
