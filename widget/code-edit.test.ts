import { expect } from '@open-wc/testing'
import { codeAfterEdit } from './code-edit.js'

describe('codeAfterEdit', () => {
  const edit = (text: string, caret = text.length, from = 0) => codeAfterEdit(text, caret, from, 6)
  const after = (...given: Parameters<typeof edit>) => edit(...given).value

  it('keeps the digits of what was typed, pasted or filled in', () => {
    expect(after('12a3')).to.equal('123')
    expect(after(' 123-456\n')).to.equal('123456')
    expect(after('Your code is 123 456.')).to.equal('123456')
    expect(after('<img onerror>')).to.equal('')
  })

  it('reads the digits of every script and keeps leading zeros', () => {
    expect(after('٠١٢٣٤٥')).to.equal('012345')
    expect(after('०१२')).to.equal('012')
  })

  it('replaces the digit after the caret once the field is full', () => {
    for (const [text, caret, value] of [
      ['1239456', 4, '123956'],
      ['9123456', 1, '923456'],
      ['1234567', 7, '123456'],
    ] as const) {
      expect(edit(text, caret, caret - 1)).to.deep.equal({ value, isDoubtful: false })
    }
  })

  it('finds the code in a message that was pasted whole, whatever else that counts, and leaves the rest to the visitor', () => {
    for (const [text, value] of [
      ['Shop24: 482913 is your code. It lasts 10 minutes.', '482913'],
      ['1. code: ٤٨٢٩١٣', '482913'],
      ['Shop24: 482913 is your code.\n@shop24.example #482913', '482913'],
      // Which of two is meant nobody knows.
      ['Order 123456, code 654321', '123456'],
      ['Order 1234567, code 654 321', '123456'],
      ['+49 30 901820', '901820'],
      ['+385912345667', '385912'],
      ['1234567', '123456'],
    ] as const) {
      expect(edit(text), text).to.deep.equal({ value, isDoubtful: true })
    }
  })

  it('takes a code that came as a whole for all of it, whatever was there before', () => {
    for (const [text, caret, from, value] of [
      ['1119999', 7, 1, '119999'],
      ['98852886', 8, 2, '852886'],
      ['123456654321', 12, 6, '654321'],
      ['654321123456', 6, 0, '654321'],
      ['12123-456', 9, 2, '123456'],
      ['482913', 6, 2, '482913'],
      ['654321', 6, 0, '654321'],
      // In place of the last four of 123456.
      ['12987654', 8, 2, '987654'],
    ] as const) {
      expect(edit(text, caret, from), text).to.deep.equal({ value, isDoubtful: false })
    }
    // Five digits beside two are no code, nor is a phone number in place of one.
    expect(edit('1234567', 7, 2)).to.deep.equal({ value: '123456', isDoubtful: true })
    expect(edit('385912345667', 12, 0)).to.deep.equal({ value: '385912', isDoubtful: true })
  })
})
