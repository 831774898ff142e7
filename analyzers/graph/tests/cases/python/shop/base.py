class Item:
    def __init__(self, name):
        self.name = normalise(name)

    def label(self):
        return self.prefix() + self.name

    def prefix(self):
        return ""


class Gift(Item):
    def __init__(self, name, giver):
        super().__init__(name)
        self.giver = giver

    def prefix(self):
        return "gift: "

    def thank(self):
        def line(text):
            return text + self.giver

        return line(self.label())


def normalise(name):
    return name.strip().lower()
