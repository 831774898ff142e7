using System;
using System.Collections.Generic;
using static System.Math;

namespace Shop.Stock
{
    /// <summary>What is in store.</summary>
    public interface IStock
    {
        int Count { get; }
        bool Remove(string name, int amount);
    }

    public enum Level { Empty, Low, Full }

    public record Item(string Name, int Amount)
    {
        public bool IsLow => Amount < Inventory.Threshold && Amount > 0;
    }

    public struct Point
    {
        public int X, Y;
        public static Point operator +(Point a, Point b) => new Point { X = a.X + b.X, Y = a.Y + b.Y };
    }

    /// <summary>
    /// Keeps items.
    /// </summary>
    public class Inventory : IStock
    {
        public const int Threshold = 5;
        private readonly Dictionary<string, Item> items = new();
        private int reads;

        public Inventory(IEnumerable<Item> start)
        {
            foreach (var item in start)
            {
                items[item.Name] = item;
            }
        }

        ~Inventory() { items.Clear(); }

        public int Count
        {
            get
            {
                reads++;
                return items.Count;
            }
            private set => reads = value > 0 ? value : 0;
        }

        public Item this[string name] => items[name] ?? throw new KeyNotFoundException($"no {name.ToUpper()} here // text");

        // Takes some away.
        public bool Remove(string name, int amount)
        {
            if (!items.TryGetValue(name, out var item) || amount < 1)
                return false;
            else if (item.Amount == amount)
                items.Remove(name);
            else
            {
                try
                {
                    items[name] = item with { Amount = checked(item.Amount - amount) };
                }
                catch (OverflowException e) when (e.Data.Count > 0)
                {
                    throw;
                }
                catch (ArithmeticException)
                {
                    return false;
                }
                finally
                {
                    reads = 0;
                }
            }
            return true;
        }

        internal static Level LevelOf(int amount)
        {
            switch (amount)
            {
                case 0:
                case -1:
                    return Level.Empty;
                case int n when n < Threshold:
                    return Level.Low;
                case 77:
                    goto case 0;
                default:
                    return Level.Full;
            }
        }

        protected virtual string Describe(object thing) => thing switch
        {
            null => "nothing",
            int n and > 0 => "some",
            Item { Amount: var a } when a > 3 && Abs(a) < 9 => "few",
            Item i => i.Name,
            _ => "???",
        };

        private IEnumerable<int> Numbers(int limit)
        {
            int i = 0;
            do
            {
                for (int j = 0; j < limit; j++)
                {
                    if (j % 2 == 0 && i > 0 && j > i || j == 7)
                        continue;
                    if (j > 100)
                        goto done;
                    yield return j;
                }
                i++;
            } while (i < limit);
        done:
            yield break;
        }

        [Obsolete("use Count")]
        [Test]
        public int Total(Func<Item, bool> filter)
        {
            int Deep(int n)
            {
                return n <= 0 ? 0 : 1 + Deep(n - 1);
            }
            var sum = 0;
            Action<Item> add = item =>
            {
                if (filter(item))
                {
                    sum += Deep(item.Amount);
                }
            };
            foreach (var item in items.Values) add(item);
            lock (items)
            {
                while (sum > 1000) sum = this.Total(delegate (Item i) { return i?.IsLow ?? false; });
            }
            return sum;
        }
    }
}
