import { expect } from '@open-wc/testing'
import { codeAfterEdit, isOverlong } from './code-edit.js'

describe('codeAfterEdit', () => {
  const after = (text: string, caret = text.length) => codeAfterEdit(text, caret, 6)

  it('keeps the digits of what was typed, pasted or filled in', () => {
    expect(after('12a3')).to.equal('123')
    expect(after(' 123-456\n')).to.equal('123456')
    expect(after('Your code is 123 456.')).to.equal('123456')
    expect(after('<img onerror>')).to.equal('')
  })

  it('is the code of a message that was pasted whole, whatever else it counts', () => {
    expect(after('Shop24: 482913 is your code. It lasts 10 minutes.')).to.equal('482913')
    expect(after('1. code: ٤٨٢٩١٣')).to.equal('482913')
    // Which of two is meant nobody knows.
    expect(after('Order 123456, code 654321')).to.equal('123456')
    expect(after('Order 1234567, code 654 321')).to.equal('123456')
  })

  it('reads the digits of every script and keeps leading zeros', () => {
    expect(after('٠١٢٣٤٥')).to.equal('012345')
    expect(after('०१२')).to.equal('012')
  })

  it('replaces the digit after the caret once the field is full', () => {
    expect(after('1239456', 4)).to.equal('123956')
    expect(after('9123456', 1)).to.equal('923456')
    expect(after('1234567')).to.equal('123456')
  })
})

describe('isOverlong', () => {
  it('tells another number from a keystroke into a full field', () => {
    expect(isOverlong('1234567', 6)).to.equal(false)
    expect(isOverlong('+385912345667', 6)).to.equal(true)
  })
})
