import { describe, expect, it } from 'vitest'
import { canonicalAddress, networkOf } from './network.js'

describe('an address has one form', () => {
  it('an IPv4 address in each of thirty spellings is one (SR-D12)', () => {
    const spellings = [
      '203.0.113.7',
      ' 203.0.113.7 ',
      '::ffff:203.0.113.7',
      '::FFFF:203.0.113.7',
      '::ffff:cb00:7107',
      '::FFFF:CB00:7107',
      '::ffff:Cb00:7107',
      '0:0:0:0:0:ffff:203.0.113.7',
      '0:0:0:0:0:FFFF:203.0.113.7',
      '0:0:0:0:0:ffff:cb00:7107',
      '0000:0000:0000:0000:0000:ffff:cb00:7107',
      '0000:0000:0000:0000:0000:FFFF:CB00:7107',
      '0000:0000:0000:0000:0000:ffff:203.0.113.7',
      '::0:ffff:203.0.113.7',
      '::0:ffff:cb00:7107',
      '0::ffff:203.0.113.7',
      '0::ffff:cb00:7107',
      '0:0::ffff:203.0.113.7',
      '0:0:0::ffff:cb00:7107',
      '::ffff:203.0.113.7%eth0',
      '::ffff:cb00:7107%eth0',
      '::ffff:203.0.113.7%1',
      '64:ff9b::203.0.113.7',
      '64:FF9B::203.0.113.7',
      '64:ff9b::cb00:7107',
      '64:ff9b:0:0:0:0:203.0.113.7',
      '64:ff9b:0:0:0:0:cb00:7107',
      '0064:ff9b::cb00:7107',
      '0064:FF9B:0000:0000:0000:0000:CB00:7107',
      '64:ff9b::cb00:7107%lo',
    ]
    expect(new Set(spellings).size).toBe(30)
    for (const spelling of spellings) expect(canonicalAddress(spelling), spelling).toBe('203.0.113.7')
  })

  it('so has an IPv6 address', () => {
    for (const spelling of [
      '2001:db8::1',
      '2001:DB8::1',
      '2001:0db8:0:0:0:0:0:1',
      '2001:db8::0.0.0.1',
      '2001:db8::1%en0',
    ]) {
      expect(canonicalAddress(spelling), spelling).toBe('2001:db8::1')
    }
  })

  it('one beside those that stand for IPv4 addresses is no IPv4 address (SR-D12)', () => {
    for (const address of [
      ...['64:ff9b:1::1', '64:ff9b::1:0:0', '64:ff9a:ffff:ffff:ffff:ffff:cb00:7107'],
      ...['::fffe:cb00:7107', '::1:ffff:cb00:7107', '::cb00:7107'],
    ]) {
      expect(canonicalAddress(address), address).toBe(address)
    }
  })

  it('anything else is none', () => {
    for (const text of [
      ...['', 'unknown', 'localhost', '203.0.113', '203.0.113.256', '0x7f.0.0.1', '017.0.0.1', '3405803783'],
      ...[
        '203.0.113.7:80',
        '[2001:db8::1]',
        '2001:db8::1::',
        '::ffff:203.0.113',
        '2001:db8::1%',
        '203.0.113.7/24',
      ],
      ...['203.0.113.7, 203.0.113.8', 'for=203.0.113.7', '١٢٧.0.0.1', '2001:db8::1%eth0 x', '203.0.113.07'],
    ]) {
      expect(canonicalAddress(text), text).toBeUndefined()
    }
  })
})

describe('an address lies in a network', () => {
  it('of 24 bits, or of 64 and 48', () => {
    expect(networkOf('203.0.113.7')).toEqual({ address: '203.0.113.7/32', neighbourhood: '203.0.113.0/24' })
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toEqual({
      address: '2001:db8:1:2::/64',
      neighbourhood: '2001:db8:1::/48',
    })
  })

  it('every address of a /64 in the same one, and every IPv4 address in one of its own (SR-D12)', () => {
    const of = (address: string) => networkOf(canonicalAddress(address)!).address
    const host = (n: number) => `2001:db8:1:2:${n.toString(16)}::1`
    expect(new Set(Array.from({ length: 2 ** 16 }, (_, n) => of(host(n)))).size).toBe(1)
    const mapped = (n: number) => `::ffff:198.${18 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`
    expect(new Set(Array.from({ length: 10_000 }, (_, n) => of(mapped(n)))).size).toBe(10_000)
  })
})
